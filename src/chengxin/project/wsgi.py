import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.project.settings")
_pages = get_wsgi_application()

from chengxin.faces.rest.express import Express  # noqa: E402  settings must be ready first

application = Express(_pages)
