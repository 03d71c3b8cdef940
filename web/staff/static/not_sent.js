// Says where htmx got no answer to what somebody did. What a page asks by itself, it asks again by itself.
(() => {
  const box = document.getElementById("not-sent");
  if (!box) return;
  const isByItself = (event) => "X-Poll" in ((event.detail.requestConfig || {}).headers || {});
  const tell = (event) => {
    if (!isByItself(event)) box.textContent = "This did not reach the server, or was not taken. What you typed is still here. Try again, or load the page again.";
  };
  document.body.addEventListener("htmx:responseError", tell);
  document.body.addEventListener("htmx:sendError", tell);
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && !isByItself(event)) box.textContent = "";
  });
})();
