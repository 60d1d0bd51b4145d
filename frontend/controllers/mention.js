import Combobox from "./combobox.js"

const TYPED = /(?:^|[^\w@.])@([^\n@]{0,40})$/u

// Completion of names after an @ in a text: what is typed since the @ goes to data-mention-url-value, an option of the
// answer takes its place. A text field is no combobox by ARIA: it has no aria-expanded.
export default class extends Combobox {
  async suggest() {
    const { value, selectionStart, selectionEnd } = this.inputTarget
    const typed = selectionStart === selectionEnd && TYPED.exec(value.slice(0, selectionStart))
    if (!typed || typed[1].split(" ").length > 4) {
      this.close()
      return
    }
    if (!(await this.ask({ mention: "1", text: typed[1] }))) return
    this.begin = selectionStart - typed[1].length
    this.end = selectionStart
    if (document.activeElement !== this.inputTarget || !this.options.length) {
      this.close()
      return
    }
    this.show()
    this.select(0)
  }

  show() {
    super.show()
    this.inputTarget.removeAttribute("aria-expanded")
  }

  close() {
    super.close()
    this.inputTarget.removeAttribute("aria-expanded")
  }

  press(event) {
    if (!this.listTarget.hidden) super.press(event)
  }

  insert(option) {
    option.dataset.start = this.begin
    option.dataset.end = this.end
    super.insert(option)
    this.close()
  }
}
