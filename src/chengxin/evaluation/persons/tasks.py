from procrastinate.contrib.django import app

from chengxin.evaluation.persons import services


@app.task(name="persons.forget")  # type: ignore[untyped-decorator]
def forget(about: str) -> None:
    """Delete a person's open benefits whose consent was withdrawn."""
    services.forget(about)
