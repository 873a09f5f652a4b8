/** What every page loads: the style, htmx with its doors shut, the switch of light and dark, and the keys. */

import htmx from "htmx.org";
import "./app.css";
import { startAnswered } from "./js/answered.js";
import { startClerk } from "./js/clerk.js";
import { startCounted } from "./js/counted.js";
import { startKeys } from "./js/keys.js";
import { startMenus } from "./js/menus.js";
import { startPaper } from "./js/paper.js";
import { startTabs } from "./js/tabs.js";
import { startTheme } from "./js/theme.js";
import { startTrail } from "./js/trail.js";
import { startTyped } from "./js/typed.js";

// The page's policy allows neither evaluated text nor styles written into the page.
Object.assign(htmx.config, { allowEval: false, includeIndicatorStyles: false, selfRequestsOnly: true });

document.documentElement.classList.remove("no-js");
startTheme();
startKeys();
startTrail();
startMenus();
startTabs();
startPaper();
startClerk();
startCounted();
startTyped();
startAnswered();
