from django.core.wsgi import get_wsgi_application

from chengxin.project.provider import guard  # noqa: F401  (refuses to be imported outside demo mode)

application = get_wsgi_application()
