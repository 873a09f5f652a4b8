/** The switch between light, dark and the system's choice; kept in the cookie `theme`, read by the server. */

const CHOICES = ["auto", "light", "dark"];
const A_YEAR = 31_536_000;

/** @param {string} choice */
function wear(choice) {
  document.documentElement.dataset.bsTheme = choice;
  document.cookie = `theme=${choice}; path=/; max-age=${A_YEAR}; samesite=lax`;
  document.dispatchEvent(new CustomEvent("gc:theme"));
}

/**
 * Say the present choice on the button, in the words the page brought along.
 * @param {HTMLElement} button
 */
function say(button) {
  const choice = document.documentElement.dataset.bsTheme ?? "auto";
  const words = button.dataset[choice] ?? choice;
  button.setAttribute("aria-label", words);
  button.title = words;
  const use = button.querySelector("use");
  const file = use?.getAttribute("href")?.split("#")[0];
  if (use && file) use.setAttribute("href", `${file}#${{ light: "sun", dark: "moon" }[choice] ?? "sun-moon"}`);
}

/** Make every `[data-theme-switch]` button go round the three choices. */
export function startTheme() {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-theme-switch]"))) {
    say(button);
    button.addEventListener("click", () => {
      const now = CHOICES.indexOf(document.documentElement.dataset.bsTheme ?? "auto");
      wear(CHOICES[(now + 1) % CHOICES.length]);
      say(button);
    });
  }
}
