// 责任清单: the table follows its controls; files hold what is shown.
{
  const WAIT = 120; // ms after the last letter of a search
  const at = (id) => document.getElementById(id);
  const query = () => new URLSearchParams(new FormData(at("pa-duties-form"))).toString();
  let asked = 0, timer = 0;

  const load = async () => {
    const number = ++asked;
    const focused = document.activeElement?.closest?.("#pa-duties-rows [data-sort]")?.dataset.sort;
    let html;
    try {
      const reply = await fetch(`/desk/duties/rows?${query()}`);
      html = reply.ok ? await reply.text() : "<p class='pa-notice' role='alert'>服务没有回答，请再试一次</p>";
    } catch {
      html = "<p class='pa-notice' role='alert'>连不上服务：请检查网络后再试</p>";
    }
    if (number !== asked) return; // the controls have moved on
    at("pa-duties-rows").innerHTML = html; // escaped by the server
    if (focused) document.querySelector(`#pa-duties-rows [data-sort=${focused}]`)?.focus();
  };

  paWhenSeen("pa-duties", load);
  document.addEventListener("input", (event) => {
    if (!event.target.closest?.("#pa-duties-form")) return;
    clearTimeout(timer);
    timer = setTimeout(load, event.target.name === "text" ? WAIT : 0);
  });
  document.addEventListener("click", (event) => {
    const sort = event.target.closest?.("#pa-duties-rows [data-sort]");
    if (sort) {
      const form = at("pa-duties-form");
      form.elements.sort.value = sort.dataset.sort;
      form.elements.down.value = sort.dataset.down;
      load();
    }
    const file = event.target.closest?.("#pa-duties-form [data-file]");
    if (file) window.location.assign(`/desk/duties/file.${file.dataset.file}?${query()}`);
  });
}
