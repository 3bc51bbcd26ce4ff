// Wakes each island on the page, outermost first, once the module has started.
addEventListener("TrunkApplicationStarted", () => {
  const wake = (root) => {
    for (const child of root.children) {
      if (child.localName === "leptos-island") {
        const name = child.dataset.component;
        const island = window.wasmBindings[name];
        if (island) island(child);
        else console.warn(`No island called ${name} in the bundle: rebuild it with the server.`);
      }
      wake(child);
    }
  };
  wake(document.body);
  document.documentElement.dataset.awake = "";
});

// A page that comes back from the browser's memory may show what is no longer so.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
