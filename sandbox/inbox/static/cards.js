// Draws each card with the official renderer, and tells when newer messages have come.
// A card is hostile input: its Markdown makes no HTML, its actions open http and https alone.
"use strict";

const NEWS_MILLISECONDS = 3000;

const safeUrl = (text) => {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null; // not an address
  }
};

const prepareRenderer = () => {
  // Teams knows bold, italic, lists and links; nothing else of Markdown.
  const markdown = markdownit({ html: false, linkify: false }).disable(
    ["heading", "lheading", "blockquote", "code", "fence", "hr", "table", "reference", "backticks", "image", "autolink"],
    true,
  );
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown.render(text);
    result.didProcess = true;
  };
};

const drawCard = (content) => {
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig(hostConfig());
  card.onExecuteAction = (action) => {
    const url = action instanceof AdaptiveCards.OpenUrlAction ? safeUrl(action.url) : null;
    if (url) window.open(url, "_blank", "noopener,noreferrer");
  };
  card.onAnchorClicked = (_element, anchor) => {
    const url = safeUrl(anchor.href);
    if (url) window.open(url, "_blank", "noopener,noreferrer");
    return true; // never leave the page itself
  };
  card.parse(content);
  return card.render();
};

const showCard = async (place) => {
  const answer = await fetch(`/api/messages/${encodeURIComponent(place.dataset.card)}`);
  if (!answer.ok) return;
  const drawn = drawCard((await answer.json()).card);
  if (!drawn) return; // the text beside it stays
  place.replaceChildren(drawn);
  place.hidden = false;
};

const showCards = () => {
  if (typeof AdaptiveCards === "undefined" || typeof markdownit === "undefined") return;
  prepareRenderer();
  for (const place of document.querySelectorAll("[data-card]")) {
    showCard(place).catch((error) => console.warn("a card is shown as text alone:", error.message));
  }
};

const watchForNews = () => {
  const look = async () => {
    const answer = await fetch("/api/messages?limit=1").catch(() => null); // stopped: look again later
    if (!answer?.ok) return;
    const [newest] = (await answer.json()).items;
    document.getElementById("fresh").hidden = (newest?.id ?? "") === document.body.dataset.newest;
  };
  setInterval(look, NEWS_MILLISECONDS);
};

showCards();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showCards);
watchForNews();
