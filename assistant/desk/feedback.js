// Opinions on answers. The framework draws a conversation anew with every turn, so what a person has chosen or
// begun to type is kept here by the answer's trace id and put back; thanks appear only after the service's 201.
const paOpinions = new Map();

const paOpinion = (trace) => {
  if (!paOpinions.has(trace)) paOpinions.set(trace, { rating: "", open: false, reason: "", note: "", said: "", fault: false, busy: false });
  return paOpinions.get(trace);
};

const paPaintOpinion = (place) => {
  const state = paOpinion(place.dataset.trace);
  place.dataset.painted = "yes";
  for (const button of place.querySelectorAll("[data-rating]")) {
    button.setAttribute("aria-pressed", String(button.dataset.rating === state.rating));
    if (button.dataset.rating === "down") button.setAttribute("aria-expanded", String(state.open));
    button.disabled = state.busy;
  }
  place.querySelector("form").hidden = !state.open;
  for (const radio of place.querySelectorAll("input")) radio.checked = radio.value === state.reason;
  const note = place.querySelector("textarea");
  if (note.value !== state.note) note.value = state.note;
  const said = place.querySelector(".pa-opinion-said");
  if (said.textContent !== state.said) said.textContent = state.said;
  said.toggleAttribute("data-fault", state.fault);
};

const paSendOpinion = async (trace, rating, comment) => {
  const state = paOpinion(trace);
  Object.assign(state, { busy: true, said: "正在保存…", fault: false });
  paPaintOpinions(trace);
  try {
    const reply = await fetch("/v1/feedback", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ trace_id: trace, rating, comment }),
    });
    if (reply.status !== 201) {
      const problem = await reply.json().catch(() => ({}));
      throw new Error(problem.detail || problem.title || "");
    }
    Object.assign(state, { rating, open: false, said: rating === "up" ? "已记下，谢谢。" : "已记下，谢谢，审核人员会看到。" });
  } catch (fault) {
    Object.assign(state, { fault: true, said: `没有存下来${fault.message && !/^[\x00-\x7f]+$/.test(fault.message) ? "：" + fault.message : "，请再点一次"}` });
  }
  state.busy = false;
  paPaintOpinions(trace);
};

const paPaintOpinions = (trace) => {
  for (const place of document.querySelectorAll(".pa-opinion")) {
    if (place.dataset.trace === trace) paPaintOpinion(place);
  }
};

document.addEventListener("click", (event) => {
  const place = event.target.closest?.(".pa-opinion");
  if (!place) return;
  const trace = place.dataset.trace;
  const state = paOpinion(trace);
  const button = event.target.closest("button");
  if (button?.dataset.rating === "up") paSendOpinion(trace, "up", "");
  if (button?.dataset.rating === "down") {
    state.open = !state.open;
    paPaintOpinion(place);
    if (state.open) place.querySelector("input").focus();
  }
  if (button?.classList.contains("pa-opinion-back")) {
    state.open = false;
    paPaintOpinion(place);
    place.querySelector("[data-rating=down]").focus();
  }
});

document.addEventListener("input", (event) => {
  const place = event.target.closest?.(".pa-opinion");
  if (!place) return;
  const state = paOpinion(place.dataset.trace);
  if (event.target.type === "radio") state.reason = event.target.value;
  else state.note = event.target.value;
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.(".pa-opinion-why");
  if (!form) return;
  event.preventDefault();
  const trace = form.closest(".pa-opinion").dataset.trace;
  const { reason, note } = paOpinion(trace);
  paSendOpinion(trace, "down", [reason, note.trim()].filter(Boolean).join("："));
});

new MutationObserver(() => {
  for (const place of document.querySelectorAll(".pa-opinion:not([data-painted])")) paPaintOpinion(place);
}).observe(document.documentElement, { childList: true, subtree: true });
