// How cards look here: spacing and sizes near those of Teams, colours from the page's variables.
"use strict";

const hostConfig = () => {
  const styles = getComputedStyle(document.documentElement);
  const color = (name) => styles.getPropertyValue(`--${name}`).trim();
  const tone = (name) => ({ default: color(name), subtle: color("soft") });
  const foregroundColors = {
    default: tone("ink"),
    dark: tone("ink"),
    light: tone("soft"),
    accent: tone("accent"),
    good: tone("accent"),
    warning: tone("mail"),
    attention: tone("bad"),
  };
  const style = (background) => ({ backgroundColor: color(background), foregroundColors });
  return {
    fontFamily: styles.getPropertyValue("font-family") || "system-ui, sans-serif",
    supportsInteractivity: true,
    spacing: { small: 4, default: 8, medium: 16, large: 24, extraLarge: 32, padding: 12 },
    separator: { lineThickness: 1, lineColor: color("line") },
    fontSizes: { small: 12, default: 15, medium: 17, large: 21, extraLarge: 26 },
    containerStyles: {
      default: style("paper"),
      emphasis: style("sunken"),
      accent: style("teams-ground"),
      good: style("sunken"),
      attention: style("bad-ground"),
      warning: style("mail-ground"),
    },
    actions: { maxActions: 6, spacing: "default", buttonSpacing: 8, actionsOrientation: "horizontal", actionAlignment: "left", showCard: { actionMode: "inline", inlineTopMargin: 12 } },
    factSet: { title: { weight: "bolder", wrap: true, maxWidth: 180 }, value: { wrap: true }, spacing: 16 },
  };
};
