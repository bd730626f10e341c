// Lists that the server draws: a form names the address and the place, and is asked again as one types or chooses.
const paLists = new WeakMap(); // form → number of its newest request: an older reply never overwrites a newer one

const paList = async (form) => {
  const number = (paLists.get(form) ?? 0) + 1;
  paLists.set(form, number);
  const into = document.getElementById(form.dataset.into);
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  try {
    const reply = await fetch(`${form.dataset.list}?${asked}`);
    if (paLists.get(form) !== number) return;
    if (!reply.ok) throw new Error(reply.status);
    into.innerHTML = await reply.text();
  } catch {
    if (paLists.get(form) === number)
      into.innerHTML = "<p class='pa-empty' role='alert'>没有取到内容：请确认服务还在运行，再试一次。</p>";
  }
};

let paTyping;
const paAskLater = (event) => {
  const form = event.target.closest?.("form[data-list]");
  if (!form) return;
  clearTimeout(paTyping);
  paTyping = setTimeout(() => paList(form), event.type === "input" ? 120 : 0);
};
document.addEventListener("input", paAskLater);
document.addEventListener("change", paAskLater);
document.addEventListener("submit", (event) => {
  if (!event.target.matches?.("form[data-list]")) return;
  event.preventDefault();
  paList(event.target);
});

// The framework draws a tab when it is first shown: what stands in it asks for its content then.
new MutationObserver(() => {
  for (const form of document.querySelectorAll("form[data-list]:not([data-seen])")) {
    form.dataset.seen = "";
    paList(form);
  }
}).observe(document, { childList: true, subtree: true });
