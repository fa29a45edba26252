from procrastinate.contrib.django import app

from chengxin.base import clock
from chengxin.rights.repair import national, reorganising, services


@app.task(name="repair.take_applications")  # type: ignore[untyped-decorator]
def take_applications(package_id: int) -> None:
    """Open the cases that a package of the national site asks for."""
    national.take_applications(package_id, at=clock.now())


@app.task(name="repair.tell_end")  # type: ignore[untyped-decorator]
def tell_end(case_id: int) -> None:
    """Write that an application ended because a time limit passed."""
    services.tell_end(case_id, at=clock.now())


@app.task(name="repair.tell_reorganisation_end")  # type: ignore[untyped-decorator]
def tell_reorganisation_end(case_id: int) -> None:
    """Write that an application by the green channel ended because a time limit passed."""
    reorganising.tell_end(case_id, at=clock.now())


@app.task(name="repair.end_reorganisation")  # type: ignore[untyped-decorator]
def end_reorganisation(reorganisation_id: int) -> None:
    """Show an enterprise's records again, the time of its plan being over."""
    reorganising.end_by_time(reorganisation_id, at=clock.now())
