// Starts the NHS.UK components and keeps live regions from moving under the reader.

const body = document.body;
body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  body.classList.add("nhsuk-frontend-supported");
}

// Scrolled past its top counts as reading: rows that come in above would move the line being read.
const isBeingUsed = (region) => {
  const selection = document.getSelection();
  const selecting = selection && !selection.isCollapsed && region.contains(selection.anchorNode);
  const focused = region !== document.activeElement && region.contains(document.activeElement);
  return Boolean(selecting || focused || region.getBoundingClientRect().top < 0);
};

const newsOf = (region) => document.querySelector(`[data-live-news="${region.id}"]`);

const tellOfNews = (region) => {
  const news = newsOf(region);
  if (!news) return;
  const link = document.createElement("a");
  link.href = location.href;
  link.className = "nhsuk-link";
  link.textContent = "Show the newest";
  news.replaceChildren("This list has changed since you opened it. ", link);
  news.hidden = false;
};

const FRESHNESS = ".hw-freshness";

// What is listed, without the line that says how fresh it is: that one changes every time.
const listed = (region) => {
  const copy = region.cloneNode(true);
  copy.querySelectorAll(FRESHNESS).forEach((line) => line.remove());
  return copy.textContent.replace(/\s+/g, " ").trim();
};

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (!ctx.sourceElement?.matches("[data-live]")) return;
  if (document.hidden) {
    event.preventDefault();
    return;
  }
  ctx.request.headers["Homeward-Refresh"] = "1";
});

// A region that cannot be renewed, signed out or cut off, says so: silence is a state.
const tellOfTrouble = (event) => {
  const region = event.detail.ctx?.sourceElement;
  const news = region?.matches("[data-live]") ? newsOf(region) : null;
  if (!news) return;
  news.textContent = "This page cannot be renewed just now. What you see may be out of date.";
  news.hidden = false;
};
document.addEventListener("htmx:error", tellOfTrouble);

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const region = ctx.sourceElement;
  if (!region?.matches("[data-live]")) return;
  if (ctx.response.status !== 200 || ctx.response.raw.redirected) {
    event.preventDefault();
    tellOfTrouble(event);
    return;
  }
  if (!isBeingUsed(region)) return;
  event.preventDefault();
  const fresh = document.createElement("template");
  fresh.innerHTML = ctx.text ?? "";
  if (listed(fresh.content) !== listed(region)) {
    tellOfNews(region);
    return;
  }
  const line = region.querySelector(FRESHNESS);
  const newLine = fresh.content.querySelector(FRESHNESS);
  if (line && newLine) line.replaceChildren(...newLine.childNodes);
});

document.addEventListener("htmx:after:swap", (event) => {
  const news = newsOf(event.detail.ctx.sourceElement);
  if (news) news.hidden = true;
});

addEventListener("beforeprint", () => {
  const now = new Date().toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  document.querySelectorAll("[data-printed-at]").forEach((slot) => {
    slot.textContent = `, printed at ${now}`;
  });
});

// The address comes from the page because its name carries a digest of the file.
import(document.getElementById("nhsuk-frontend").href).then(({ initAll }) => initAll());
