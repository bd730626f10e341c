// 支持匹配: what applies follows the form; answers to conditions are kept until the form is cleared.
{
  const WAIT = 250; // ms after the last letter
  const at = (id) => document.getElementById(id);
  const answers = new Map();
  let asked = 0, timer = 0;

  const query = () => {
    const told = new URLSearchParams(new FormData(at("pa-match-form").querySelector("form")));
    for (const [key, met] of answers) told.append(met ? "yes" : "no", key);
    return told.toString();
  };
  const fetched = async (address) => {
    try {
      const reply = await fetch(address);
      return reply.ok ? await reply.text() : "<p class='pa-notice' role='alert'>服务没有回答，请再试一次</p>";
    } catch {
      return "<p class='pa-notice' role='alert'>连不上服务：请检查网络后再试</p>";
    }
  };
  const load = async (focus = "") => {
    const number = ++asked;
    const html = await fetched(`/desk/match/found?${query()}`);
    if (number !== asked) return; // the form has moved on
    at("pa-match-found").innerHTML = html; // escaped by the server
    if (focus) document.querySelector(focus)?.focus();
  };

  paWhenSeen("pa-match", async () => {
    at("pa-match-form").innerHTML = await fetched("/desk/match/form");
    if (at("pa-match-form").querySelector("form")) load();
  });
  document.addEventListener("input", (event) => {
    if (!event.target.closest?.("#pa-match-form")) return;
    clearTimeout(timer);
    timer = setTimeout(load, event.target.name === "text" ? WAIT : 0);
  });
  document.addEventListener("click", (event) => {
    const act = event.target.closest?.("#pa-match [data-act]")?.dataset.act;
    if (act === "sheet") window.open(`/desk/match/sheet?${query()}`, "_blank", "noopener");
    if (act === "reset") {
      at("pa-match-form").querySelector("form").reset();
      answers.clear();
      load();
    }
    const said = event.target.closest?.("#pa-match-found :is([data-yes], [data-no], [data-again])");
    if (!said) return;
    const { yes, no, again } = said.dataset;
    if (again) answers.delete(again);
    else answers.set(yes ?? no, yes !== undefined);
    load("#pa-match-found [data-yes]");
  });
}
