// 管理文件: the key lives in this page only; what runs on the server goes on when the page is closed.
if (location.pathname === "/desk/intake") {
  const at = (id) => document.getElementById(`in-${id}`);
  let key = "", timer = 0, adding = false;

  const call = async (path, options = {}) => {
    const reply = await fetch(`/desk/intake/${path}`, { ...options, headers: { "x-admin-key": encodeURIComponent(key), ...options.headers } });
    if (reply.ok) return reply;
    const problem = await reply.json().catch(() => ({}));
    throw new Error(problem.detail || problem.title || "没有做成，请再试一次");
  };
  const post = (path, body) => call(path, { method: "POST", body: JSON.stringify(body ?? {}), headers: { "content-type": "application/json" } });
  const say = (text) => (at("said").textContent = text);
  const attempt = async (action) => {
    try {
      await action();
    } catch (fault) {
      say(fault instanceof TypeError ? "服务器没有应答，请稍后再试" : fault.message);
    }
  };
  const showVersions = async () => (at("versions").innerHTML = await (await call("versions")).text());
  const watch = async () => {
    clearTimeout(timer);
    const work = await (await call("work")).json();
    at("work").hidden = !(work.running || work.said);
    at("work").querySelector("progress").max = work.total || 1;
    at("work").querySelector("progress").value = work.running ? work.done : work.failed ? 0 : work.total || 1;
    at("stage").textContent = work.said || `${work.stage} ${work.done}/${work.total}`;
    at("work").querySelector("[data-cancel]").hidden = !work.running;
    at("told").replaceChildren(...work.told.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    if (work.running) timer = setTimeout(() => attempt(watch), 400);
    else if (work.said) {
      if (adding && !work.failed) { at("proposals").replaceChildren(); at("confirm").hidden = true; }
      adding = false;
      await showVersions();
    }
  };
  const propose = (html) => {
    at("proposals").insertAdjacentHTML("beforeend", html); // escaped by the server
    at("confirm").hidden = !document.querySelector("#in-proposals [name=token]");
  };

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.target.id === "in-door") attempt(async () => {
      key = event.target.key.value;
      await showVersions();
      event.target.hidden = true;
      at("desk").hidden = false;
      say("");
      await watch();
    });
    if (event.target.id === "in-form") attempt(async () => {
      const { files, address, level } = event.target;
      let read = 0;
      for (const file of files.files) {
        say(`正在读入 ${++read}/${files.files.length}：${file.name}`);
        const asked = new URLSearchParams({ name: file.name, level: level.value });
        try {
          propose(await (await call(`files?${asked}`, { method: "POST", body: file, headers: { "content-type": "application/octet-stream" } })).text());
        } catch (fault) {
          const told = Object.assign(document.createElement("p"), { className: "pa-notice", textContent: `没有读入 ${file.name}：${fault.message}` });
          at("proposals").append(told);
        }
      }
      if (address.value) propose(await (await post("address", { address: address.value, level: level.value })).text());
      say(read || address.value ? "请核对下面读出的内容" : "请选文件，或填网址");
      event.target.reset();
    });
  });
  document.addEventListener("click", (event) => {
    const { dataset } = event.target;
    if ("start" in dataset) attempt(async () => {
      const tokens = [...document.querySelectorAll("#in-proposals [name=token]:checked")].map((box) => box.value);
      await post("start", { tokens, force: at("force").checked });
      adding = true;
      await watch();
    });
    if ("begin" in dataset) attempt(async () => {
      await post(dataset.begin, { force: at("force").checked });
      say("");
      await watch();
    });
    if ("cancel" in dataset) attempt(() => post("cancel"));
    if ("back" in dataset) attempt(async () => {
      say((await (await post(`rollback/${dataset.back}`)).json()).said);
      await showVersions();
    });
  });
}
