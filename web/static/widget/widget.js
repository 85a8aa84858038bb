// The chat of Ask the Article for other people's pages; docs/widget.md says how to put it there. This file is checked
// for a new version now and then; its parts, all named here so that they are fetched at once, are kept for good.

import "./widget/VERSION/words.js";
import "./widget/VERSION/style.js";
import "./widget/VERSION/dom.js";
import "./widget/VERSION/answer.js";
import "./widget/VERSION/host_page.js";
import "./widget/VERSION/server.js";
import "./widget/VERSION/element.js";
import { mount } from "./widget/VERSION/mount.js";

mount(import.meta.url);
