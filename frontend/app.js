// One bundle for all team pages: htmx for fragments, Stimulus for behaviour declared in data- attributes.
import { Application } from "@hotwired/stimulus"
import "./htmx.js"
import Answer from "./controllers/answer.js"
import Arrange from "./controllers/arrange.js"
import Autosubmit from "./controllers/autosubmit.js"
import Combobox from "./controllers/combobox.js"
import Composer from "./controllers/composer.js"
import Copy from "./controllers/copy.js"
import Curve from "./controllers/curve.js"
import Dialog from "./controllers/dialog.js"
import Draft from "./controllers/draft.js"
import Files from "./controllers/files.js"
import Fold from "./controllers/fold.js"
import Heat from "./controllers/heat.js"
import Hotkeys from "./controllers/hotkeys.js"
import InPlace from "./controllers/in-place.js"
import List from "./controllers/list.js"
import Menu from "./controllers/menu.js"
import Mention from "./controllers/mention.js"
import Optimistic from "./controllers/optimistic.js"
import Origin from "./controllers/origin.js"
import Palette from "./controllers/palette.js"
import Passkey from "./controllers/passkey.js"
import Reveal from "./controllers/reveal.js"
import Select from "./controllers/select.js"
import Shares from "./controllers/shares.js"
import Term from "./controllers/term.js"
import Theme from "./controllers/theme.js"
import Toast from "./controllers/toast.js"

const application = Application.start()
application.register("answer", Answer)
application.register("arrange", Arrange)
application.register("autosubmit", Autosubmit)
application.register("combobox", Combobox)
application.register("composer", Composer)
application.register("copy", Copy)
application.register("curve", Curve)
application.register("dialog", Dialog)
application.register("draft", Draft)
application.register("files", Files)
application.register("fold", Fold)
application.register("heat", Heat)
application.register("hotkeys", Hotkeys)
application.register("in-place", InPlace)
application.register("list", List)
application.register("menu", Menu)
application.register("mention", Mention)
application.register("optimistic", Optimistic)
application.register("origin", Origin)
application.register("palette", Palette)
application.register("passkey", Passkey)
application.register("reveal", Reveal)
application.register("select", Select)
application.register("shares", Shares)
application.register("term", Term)
application.register("theme", Theme)
application.register("toast", Toast)
