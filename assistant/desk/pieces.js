// Shared by the rooms: a room that needs data asks for it when it is first seen, however late the framework draws it.
function paWhenSeen(id, load) {
  const look = () => {
    const room = document.getElementById(id);
    if (!room || room.dataset.seen !== undefined || !room.offsetParent) return;
    room.dataset.seen = "";
    load(room);
  };
  new MutationObserver(look).observe(document.documentElement, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["style", "class", "hidden"],
  });
}
