import { Controller } from "@hotwired/stimulus"

// The way back to a list as it stood. On the list (data-origin-keep-value="true") its address is kept in this tab of the
// browser; a link to the list elsewhere takes it, if it leads to the same page.
export default class extends Controller {
  static values = { keep: Boolean }

  connect() {
    try {
      if (this.keepValue) sessionStorage.setItem(`origin:${location.pathname}`, location.search)
      else this.element.search = sessionStorage.getItem(`origin:${this.element.pathname}`) ?? this.element.search
    } catch {
      // A browser that keeps nothing leads to the list's beginning.
    }
  }
}
