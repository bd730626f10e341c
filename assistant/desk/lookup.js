// 速查: every keystroke asks; a reply older than what is shown is dropped; all of it by keys.
{
  const WAIT = 10; // ms: joins the strokes of one chord of an input method, unnoticed by a person
  const KEPT = 8;
  const STORE = "pa-lookup-recent";
  const at = (id) => document.getElementById(id);
  const field = () => at("pa-lookup-field");
  const cards = () => [...document.querySelectorAll("#pa-lookup-found [role=option]")];
  let asked = 0, shown = 0, active = 0, timer = 0;

  const recent = () => {
    try { return JSON.parse(localStorage.getItem(STORE) || "[]").filter((said) => typeof said === "string"); }
    catch { return []; } // a browser that keeps nothing, or something else's data: start anew
  };
  const keep = (list) => { try { localStorage.setItem(STORE, JSON.stringify(list.slice(0, KEPT))); } catch { /* kept nowhere */ } };

  const showRecent = () => {
    const place = at("pa-lookup-recent");
    if (!place) return;
    const list = recent();
    place.hidden = !list.length || field().value.trim() !== "";
    place.replaceChildren();
    if (place.hidden) return;
    const title = document.createElement("span");
    title.textContent = "最近查过";
    place.append(title);
    for (const said of list) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "pa-chip";
      button.dataset.said = said;
      button.textContent = said.length > 24 ? `${said.slice(0, 24)}…` : said;
      place.append(button);
    }
    const forget = document.createElement("button");
    forget.type = "button";
    forget.className = "pa-link";
    forget.dataset.forget = "";
    forget.textContent = "清空";
    place.append(forget);
  };

  const choose = (number) => {
    const all = cards();
    if (!all.length) return;
    active = (number + all.length) % all.length;
    all.forEach((row, index) => row.setAttribute("aria-selected", String(index === active)));
    document.querySelectorAll("#pa-lookup-found .pa-card").forEach((card, index) => (card.hidden = index !== active));
    field().setAttribute("aria-activedescendant", all[active].id);
  };

  const step = (by) => {
    choose(active + by);
    cards()[active]?.scrollIntoView({ block: "nearest" });
  };

  const show = (html) => {
    at("pa-lookup-found").innerHTML = html; // escaped by the server
    const result = at("pa-lookup-found").firstElementChild;
    at("pa-lookup-said").textContent = result ? `${result.dataset.told}，${cards().length} 张卡` : "";
    field().setAttribute("aria-expanded", String(cards().length > 0));
    field().removeAttribute("aria-activedescendant");
    choose(0);
  };

  const ask = async () => {
    const said = field().value, number = ++asked, begun = performance.now();
    showRecent();
    if (!said.trim()) { shown = number; show(""); return; }
    try {
      const reply = await fetch("/desk/lookup/cards", {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ said }),
      });
      const html = reply.ok ? await reply.text() : null;
      if (number < shown) return; // a later stroke has been answered already
      shown = number;
      show(html ?? "<p class='pa-verdict pa-verdict-none'>服务没有回答，请再打一个字重试</p>");
      performance.measure("pa-lookup", { start: begun });
    } catch {
      if (number < shown) return;
      shown = number;
      show("<p class='pa-verdict pa-verdict-none'>连不上服务：请检查网络，再打一个字重试</p>");
    }
  };

  const open = () => {
    const card = at(`pa-card-${active}`);
    if (!card) return;
    const said = document.querySelector(".pa-lookup-result").dataset.heard;
    keep([said, ...recent().filter((other) => other !== said)]);
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  };

  const give = (kind) => {
    const card = at(`pa-card-${active}`);
    if (!card || card.hidden) return;
    const button = card.querySelector(`[data-gives=${kind}]`);
    paCopy(card.querySelector(`[data-copy=${kind}]`).textContent).then(() => {
      card.focus({ preventScroll: true });
      button.dataset.done = "";
      at("pa-lookup-said").textContent = "已复制";
      setTimeout(() => delete button.dataset.done, 1500);
    });
  };

  document.addEventListener("input", (event) => {
    if (event.target.id !== "pa-lookup-field" || event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  document.addEventListener("compositionend", (event) => {
    if (event.target.id === "pa-lookup-field") ask();
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.id === "pa-lookup-field") showRecent();
  });
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("#pa-lookup-list [data-card]");
    if (row) { choose(Number(row.dataset.card)); open(); }
    const gives = event.target.closest?.(".pa-card [data-gives]");
    if (gives) give(gives.dataset.gives);
    const again = event.target.closest?.("#pa-lookup-recent [data-said]");
    if (again) { field().value = again.dataset.said; field().focus(); ask(); }
    if (event.target.closest?.("#pa-lookup-recent [data-forget]")) { keep([]); field().focus(); showRecent(); }
  });
  document.addEventListener("keydown", (event) => {
    const here = field();
    if (!here || !here.offsetParent || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target === here;
    const elsewhere = !typing && event.target.matches?.("input, textarea, select, [contenteditable]");
    if (elsewhere) return;
    const reading = Boolean(event.target.closest?.(".pa-card"));
    const does = {
      "/": () => !typing && (here.focus(), here.select()),
      Escape: () => (here.focus(), here.select()),
      ArrowDown: () => (typing || reading) && step(1),
      ArrowUp: () => (typing || reading) && step(-1),
      Enter: () => typing && open(),
      c: () => reading && give("line"),
      b: () => reading && give("basis"),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!does || does() === false) return;
    event.preventDefault();
    if (reading && event.key.startsWith("Arrow")) at(`pa-card-${active}`)?.focus({ preventScroll: true });
  });
}
