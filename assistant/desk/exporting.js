// Saves answers as a file. `turns` is a list of {question, answer}; gives what went wrong in one line, or "".
const paExport = async (kind, turns) => {
  const body = JSON.stringify({ turns });
  let reply;
  try {
    reply = await fetch(`/v1/export/${kind}`, { method: "POST", body, headers: { "content-type": "application/json" } });
  } catch {
    return "没有导出：服务没有应答，请稍后再试";
  }
  if (!reply.ok) {
    const problem = await reply.json().catch(() => ({}));
    return `没有导出：${problem.detail || problem.title || reply.status}`;
  }
  const name = decodeURIComponent(reply.headers.get("content-disposition").split("''")[1]);
  const link = Object.assign(document.createElement("a"), {
    href: URL.createObjectURL(await reply.blob()),
    download: name,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  return "";
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-export]");
  if (!button) return;
  const box = button.closest(".pa-export");
  const told = box.querySelector("[role=status]");
  const sources = box.dataset.turn ? [box] : [...document.querySelectorAll(".pa-export[data-turn]")];
  if (!sources.length) {
    told.textContent = "还没有可以导出的回答";
    return;
  }
  told.textContent = "正在导出…";
  button.disabled = true;
  const fault = await paExport(button.dataset.export, sources.map((source) => JSON.parse(source.dataset.turn)));
  button.disabled = false;
  button.focus();
  told.textContent = fault || "已导出";
});
