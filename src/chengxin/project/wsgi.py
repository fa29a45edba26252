"""Django alone, for any WSGI server: all answers, without the express lanes of `chengxin.project.rsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengxin.project.settings")
application = get_wsgi_application()
