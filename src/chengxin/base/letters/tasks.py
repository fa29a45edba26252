from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.base.letters import contacts, delivering, making

# Fonts and keys may be missing for a while; a file server may be away.
PATIENT = RetryStrategy(max_attempts=10, exponential_wait=4)


@app.task(name="letters.make_document", retry=PATIENT)  # type: ignore[untyped-decorator]
def make_document(letter_id: int) -> None:
    """Make the signed PDF of a letter."""
    making.make_document(letter_id, at=clock.now())


@app.task(name="letters.dispatch", retry=PATIENT)  # type: ignore[untyped-decorator]
def dispatch(letter_id: int) -> None:
    """Queue the messages that tell of a letter."""
    delivering.dispatch(letter_id, at=clock.now())


@app.task(name="letters.deliver", retry=PATIENT)  # type: ignore[untyped-decorator]
def deliver(delivery_id: int, attempts: int) -> None:
    """Try to send one message."""
    delivering.deliver(delivery_id, attempts=attempts, at=clock.now())


@app.task(name="letters.ask_receipt", retry=PATIENT)  # type: ignore[untyped-decorator]
def ask_receipt(delivery_id: int) -> None:
    """Ask the SMS gateway whether a message has arrived."""
    delivering.ask_receipt(delivery_id, at=clock.now())


@app.task(name="letters.send_code", retry=PATIENT)  # type: ignore[untyped-decorator]
def send_code(code_id: int) -> None:
    """Send the code that proves an address."""
    contacts.send_code(code_id, at=clock.now())
