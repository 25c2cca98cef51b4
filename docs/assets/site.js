// The theme puts wide tables into frames that scroll; who has no mouse must be able to scroll them too.
(() => {
  const reachable = () => {
    for (const frame of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) frame.tabIndex = 0;
  };
  new MutationObserver(reachable).observe(document.documentElement, { childList: true, subtree: true });
  reachable();
})();
