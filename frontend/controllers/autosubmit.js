import { Controller } from "@hotwired/stimulus"

// Sends its form when a control in it changes. <form data-controller="autosubmit" data-action="change->autosubmit#send">
export default class extends Controller {
  send() {
    this.element.requestSubmit()
  }
}
