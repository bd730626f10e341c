// The panel 依据: beside the conversation where there is room, else a sheet that holds the focus until it is closed.
const paBasis = { opener: null };

const paBasisPanel = () => {
  let panel = document.getElementById("pa-basis");
  if (panel) return panel;
  panel = document.createElement("dialog");
  panel.id = "pa-basis";
  panel.setAttribute("aria-labelledby", "pa-basis-title");
  panel.innerHTML =
    "<header><span>依据</span><button type='button' id='pa-basis-close'>关闭</button></header><div id='pa-basis-body' aria-live='polite'></div>";
  document.body.append(panel);
  panel.addEventListener("close", () => {
    document.body.classList.remove("pa-with-basis");
    // The framework may have drawn the conversation anew: look the marker up again by its address.
    const marker = [...document.querySelectorAll(".pa-marker[aria-expanded=true]")];
    marker.forEach((one) => one.setAttribute("aria-expanded", "false"));
    const opener = paBasis.opener?.isConnected
      ? paBasis.opener
      : document.querySelector(`.pa-marker[href="${paBasis.opener?.getAttribute("href")}"]`);
    opener?.focus();
  });
  return panel;
};

const paShowBasis = async (marker) => {
  const panel = paBasisPanel();
  const body = panel.querySelector("#pa-basis-body");
  if (panel.matches(":modal")) panel.close();
  for (const other of document.querySelectorAll(".pa-marker[aria-expanded=true]")) other.setAttribute("aria-expanded", "false");
  paBasis.opener = marker;
  body.innerHTML = "<p id='pa-basis-title' class='pa-quiet'>正在翻到原文…</p>";
  marker.setAttribute("aria-expanded", "true");
  const beside = matchMedia("(min-width: 1100px)").matches;
  document.body.classList.toggle("pa-with-basis", beside);
  if (beside) panel.show();
  else panel.showModal();
  if (beside) marker.scrollIntoView({ block: "nearest" }); // the conversation has just become narrower
  panel.querySelector("#pa-basis-close").focus();
  let told = "<p id='pa-basis-title' class='pa-notice'>没有打开：服务没有应答，请再点一次；回答旁边有所引的原文。</p>";
  try {
    const reply = await fetch(marker.dataset.basis);
    if (reply.ok || reply.status === 409) told = await reply.text();
  } catch {
    // the line above is told
  }
  if (paBasis.opener !== marker) return; // another one was opened meanwhile
  body.innerHTML = told;
  body.querySelector("mark")?.scrollIntoView({ block: "nearest" });
};

document.addEventListener("click", (event) => {
  const marker = event.target.closest?.(".pa-marker[data-basis]");
  if (marker) {
    event.preventDefault();
    paShowBasis(marker);
  }
  if (event.target.closest?.("#pa-basis-close")) paBasisPanel().close();
  if (event.target.id === "pa-basis" && event.target.matches(":modal")) event.target.close(); // the ground behind it
});

document.addEventListener("keydown", (event) => {
  const panel = document.getElementById("pa-basis");
  if (event.key === "Escape" && panel?.open) panel.close();
});
