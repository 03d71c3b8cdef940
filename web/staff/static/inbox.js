// Keys for those who go through many messages: j, k, x. Nothing here is needed: links and checkboxes do the same.
const form = document.querySelector("form.messages");
const rows = form ? [...form.querySelectorAll("tbody tr")] : [];
const boxes = form ? [...form.querySelectorAll("input[name=turn][type=checkbox]")] : [];
let here = -1;

function go(step) {
  const next = Math.min(Math.max(here + step, 0), rows.length - 1);
  if (here >= 0) rows[here].classList.remove("is-here");
  here = next;
  rows[here].classList.add("is-here");
  rows[here].querySelector("a.message").focus();
}

function isTyping(target) {
  return target.closest("input:not([type=checkbox]), select, textarea") !== null;
}

// Only while something in the list has the focus: nobody who speaks to their computer sets them off elsewhere.
form?.addEventListener("keydown", (event) => {
  if (!rows.length || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "x" && here >= 0 && boxes[here]) boxes[here].checked = !boxes[here].checked;
  else return;
  event.preventDefault();
});

for (const [at, row] of rows.entries()) {
  row.addEventListener("focusin", () => {
    if (here >= 0) rows[here].classList.remove("is-here");
    here = at;
  });
}

const all = form && form.querySelector("[data-choose-all]");
if (all) {
  all.hidden = false;
  form.querySelector("[data-keys]").hidden = false;
  all.addEventListener("click", () => {
    const isEvery = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !isEvery;
  });
}
