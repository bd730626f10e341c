// The page is in Chinese, whatever the framework says; an answer can be copied.
document.documentElement.lang = "zh-CN";

window.paShowNewest = () => {
  // The framework draws after this is called: look again when the drawing is done.
  setTimeout(() => {
    const turns = document.querySelectorAll(".pa-turn");
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    if (turns.length) turns[turns.length - 1].scrollIntoView({ block: "start", behavior });
  }, 80);
};

const paCopy = async (text) => {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea"); // plain http on an intranet has no clipboard object
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
};

document.addEventListener("click", (event) => {
  const copy = event.target.closest?.(".pa-copy");
  if (copy) {
    paCopy(copy.closest(".pa-answer").querySelector(".pa-plain").textContent).then(() => {
      copy.textContent = "已复制";
      setTimeout(() => (copy.textContent = "复制回答和出处"), 1500);
    });
  }
});
