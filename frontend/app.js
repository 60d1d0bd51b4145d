// One bundle for all team pages: htmx for fragments, Stimulus for behaviour declared in data- attributes.
import { Application } from "@hotwired/stimulus"
import "./htmx.js"
import Autosubmit from "./controllers/autosubmit.js"
import Combobox from "./controllers/combobox.js"
import Copy from "./controllers/copy.js"
import Curve from "./controllers/curve.js"
import Dialog from "./controllers/dialog.js"
import Hotkeys from "./controllers/hotkeys.js"
import List from "./controllers/list.js"
import Menu from "./controllers/menu.js"
import Palette from "./controllers/palette.js"
import Passkey from "./controllers/passkey.js"
import Reveal from "./controllers/reveal.js"
import Shares from "./controllers/shares.js"
import Theme from "./controllers/theme.js"
import Toast from "./controllers/toast.js"

const application = Application.start()
application.register("autosubmit", Autosubmit)
application.register("combobox", Combobox)
application.register("copy", Copy)
application.register("curve", Curve)
application.register("dialog", Dialog)
application.register("hotkeys", Hotkeys)
application.register("list", List)
application.register("menu", Menu)
application.register("palette", Palette)
application.register("passkey", Passkey)
application.register("reveal", Reveal)
application.register("shares", Shares)
application.register("theme", Theme)
application.register("toast", Toast)
