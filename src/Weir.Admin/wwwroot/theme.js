// Before anything is painted, so that the page does not flash in the wrong colours.
try {
  const theme = localStorage.getItem("weir.theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // No storage: as the system says.
}
