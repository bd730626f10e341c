// The page's own words in English at a switch. What texts say and what people typed stays as it is: only what
// `english.json` knows word for word is replaced, with `#` for a number and `{}` for anything else.
{
  const STORE = "pa-language";
  const ATTRIBUTES = ["placeholder", "aria-label", "title"];
  const CHINESE = /[\u4e00-\u9fff]/;
  const QUOTED = "mark, blockquote, pre, script, style, textarea, .pa-text, .pa-question, .pa-body, .pa-duty-table td";
  const OURS = ".pa-tag, .pa-unstated"; // said by the page wherever it stands
  const words = window.paEnglish;
  const open = Object.entries(words)
    .filter(([said]) => said.includes("{}"))
    .map(([said, english]) => [
      new RegExp(`^${said.split("{}").map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.+?)")}$`),
      english,
    ]);
  const put = new WeakMap(); // node or element → what was there, and what was put in its place, by attribute
  let english = false;

  const rendered = (said) => {
    const numbers = said.match(/\d+/g) ?? [];
    const plain = words[said] ?? words[said.replace(/\d+/g, "#")];
    if (plain !== undefined) return plain.replace(/#/g, () => numbers.shift() ?? "#");
    for (const [pattern, wanted] of open) {
      const found = pattern.exec(said);
      if (found) {
        const pieces = found.slice(1);
        return wanted.replace(/\{\}/g, () => { const piece = pieces.shift(); return rendered(piece) ?? piece; });
      }
    }
    const listed = said.split("、").map((piece) => words[piece]);
    return listed.length > 1 && listed.every(Boolean) ? listed.join(", ") : null;
  };

  const exchange = (node, name, now, set) => {
    const known = put.get(node)?.[name];
    if (english) {
      if (!CHINESE.test(now) || now === known?.english) return;
      const wanted = rendered(now.trim());
      if (wanted === null) return;
      const whole = now.replace(now.trim(), () => wanted);
      put.set(node, { ...put.get(node), [name]: { chinese: now, english: whole } });
      set(whole);
    } else if (known && now === known.english) {
      set(known.chinese);
    }
  };

  const visit = (root) => {
    if (root.nodeType === Node.TEXT_NODE) {
      const place = root.parentElement;
      if (place && (place.closest(OURS) || !place.closest(QUOTED))) exchange(root, "text", root.data, (said) => (root.data = said));
      return;
    }
    if (root.nodeType !== Node.ELEMENT_NODE || root.matches("script, style")) return;
    for (const name of ATTRIBUTES) {
      if (root.hasAttribute(name)) exchange(root, name, root.getAttribute(name), (said) => root.setAttribute(name, said));
    }
    for (const child of root.childNodes) visit(child);
  };

  const observer = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(visit);
      else visit(change.target);
    }
  });

  const speak = (wanted) => {
    english = wanted;
    document.documentElement.lang = english ? "en" : "zh-CN";
    document.title = english ? words["政策助手"] : "政策助手";
    observer.disconnect();
    visit(document.body);
    if (english) {
      observer.observe(document.body, {
        subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
      });
    }
    try { localStorage.setItem(STORE, english ? "en" : "zh"); } catch { /* a browser that keeps nothing asks again */ }
  };

  // An example that is shown in English is asked in English: the framework would send the words that it knows.
  document.addEventListener("click", (event) => {
    const example = english && event.target.closest?.(".pa-suggestions button");
    const said = example && example.textContent.trim();
    if (!said || CHINESE.test(said)) return;
    event.stopImmediatePropagation();
    const box = document.querySelector(".pa-ask textarea");
    box.value = said;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => document.querySelector(".pa-ask button.primary").click()); // once the box has told the framework
  }, true);

  document.addEventListener("click", (event) => {
    if (event.target.closest?.(".pa-language")) speak(!english);
  });
  const asBefore = () => {
    try { if (localStorage.getItem(STORE) === "en") speak(true); } catch { /* as above */ }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", asBefore);
  else asBefore();
}
