// The reviewers' tab. Name and key live in this page only: closing or reloading it locks the desk again.
const rv = { key: "", name: "" };
const rvAt = (id) => document.getElementById(`rv-${id}`);

const rvCall = async (path, body) => {
  const headers = { "x-editor-key": encodeURIComponent(rv.key), "x-editor-name": encodeURIComponent(rv.name) };
  if (body) headers["content-type"] = "application/json";
  const reply = await fetch(`/desk/review/${path}`, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
  if (reply.ok) return reply;
  const problem = await reply.json().catch(() => ({}));
  throw new Error(problem.detail || problem.title || "没有做成，请再试一次");
};

const rvSay = (text, fault = false, place = rvAt("said")) => {
  place.textContent = text;
  place.toggleAttribute("data-fault", fault);
};

// What goes wrong is told where the person is; nothing that was typed is lost.
const rvTry = async (action, place) => {
  try {
    await action();
  } catch (fault) {
    const told = fault instanceof TypeError ? "服务器没有应答，请稍后再试" : fault.message;
    rvSay(told, true, place);
  }
};

const rvShow = async (name) => {
  for (const tab of document.querySelectorAll("#rv [role=tab]")) {
    const chosen = tab.id === `rv-t-${name}`;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    rvAt(tab.id.slice(5)).hidden = !chosen;
  }
  const place = name === "queue" ? rvAt("list") : rvAt(name);
  const html = await (await rvCall(name)).text();
  const held = place.contains(document.activeElement) && document.activeElement.dataset.trace;
  place.innerHTML = html;
  if (held) place.querySelector(`[data-trace="${held}"]`)?.focus(); // whoever was already in the list stays there
};

const rvOpenCase = async (button) => {
  rvAt("case").innerHTML = await (await rvCall(`case/${button.dataset.trace}`)).text();
  for (const other of document.querySelectorAll(".rv-pick")) other.removeAttribute("aria-current");
  button.setAttribute("aria-current", "true");
  rvAt("case").focus({ preventScroll: true });
  const beside = rvAt("case").offsetTop === rvAt("list").offsetTop; // on a narrow screen it stands under the list
  rvAt("case").scrollIntoView({ block: beside ? "nearest" : "start" });
};

const rvChosen = (name) => [...document.querySelectorAll(`#rv-work input[name=${name}]:checked`)].map((box) => box.value);

const rvRule = async (silent) => {
  const persona = rvAt("work").dataset.persona || null;
  const body = { questions: rvChosen("question"), persona, places: rvChosen("place"), silent };
  const done = await (await rvCall("rulings", body)).json();
  rvAt("case").innerHTML = "";
  await rvShow("queue");
  rvSay(done.said);
  rvAt("t-queue").focus();
};

const rvDraft = async () => {
  const body = { questions: rvChosen("question").join("\n"), text: rvAt("text").value, places: rvChosen("place") };
  const done = await (await rvCall("written", body)).json();
  await rvShow("written");
  rvSay(done.said);
  rvAt("t-written").focus();
};

const rvFind = async () => {
  const asked = rvAt("q").value;
  const html = await (await rvCall(`clauses?q=${encodeURIComponent(asked)}`)).text();
  if (rvAt("q")?.value !== asked) return; // the person has typed on, or opened another case
  const kept = new Set(rvChosen("place")); // what is ticked stays, also what was ticked while the search ran
  const before = [...document.querySelectorAll("#rv-choices .rv-place:has(:checked)")];
  rvAt("choices").innerHTML = html;
  for (const section of before.reverse()) {
    const first = section.querySelector("input").value;
    const again = [...document.querySelectorAll("#rv-choices input")].find((box) => box.value === first);
    if (again) again.closest(".rv-place").remove();
    rvAt("choices").prepend(section);
  }
  for (const box of document.querySelectorAll("#rv-choices input")) box.checked = kept.has(box.value);
};

const rvDownload = async (kind) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await (await rvCall(`gaps.${kind}`)).blob());
  link.download = `缺口简报.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

document.addEventListener("submit", (event) => {
  if (event.target.id === "rv-door") {
    event.preventDefault();
    const form = new FormData(event.target);
    Object.assign(rv, { key: form.get("key"), name: form.get("name").trim() });
    const said = event.target.querySelector(".rv-said");
    rvTry(async () => {
      await rvShow("queue");
      event.target.reset();
      event.target.hidden = true;
      rvAt("desk").hidden = false;
      rvAt("who").textContent = rv.name;
      rvSay("");
      rvSay("", false, said);
      rvAt("t-queue").focus();
    }, said);
  }
  if (event.target.id === "rv-work") {
    event.preventDefault();
    if (document.activeElement === rvAt("q")) rvTry(rvFind);
    else rvTry(() => rvRule(event.submitter?.value === "silent"));
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#rv button");
  if (!button) return;
  const { act, number, download } = button.dataset;
  if (button.role === "tab") rvTry(() => rvShow(button.id.slice(5)).then(() => rvSay("")));
  else if (button.classList.contains("rv-pick")) rvTry(() => rvOpenCase(button).then(() => rvSay("")));
  else if (button.id === "rv-find") rvTry(rvFind);
  else if (button.id === "rv-draft") rvTry(rvDraft);
  else if (download) rvTry(() => rvDownload(download));
  else if (act) {
    rvTry(async () => {
      const done = await (await rvCall(`written/${number}/${act}`, {})).json();
      await rvShow("written");
      rvSay(done.said);
      rvAt("t-written").focus();
    });
  } else if (button.id === "rv-leave") {
    Object.assign(rv, { key: "", name: "" });
    for (const id of ["list", "case", "written", "gaps"]) rvAt(id).innerHTML = "";
    rvAt("desk").hidden = true;
    rvAt("door").hidden = false;
    rvAt("door").querySelector("input").focus();
  }
});

document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("#rv [role=tab]");
  if (!tab || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const tabs = [...document.querySelectorAll("#rv [role=tab]")];
  const step = event.key === "ArrowRight" ? 1 : -1;
  const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
  next.focus();
  next.click();
});
