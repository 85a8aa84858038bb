"""The library's pages: what is there, one article and its versions, adding, removing; all of them work without script.

Whoever may change the library is asked of ``access``, in one place.
"""

from fastapi import APIRouter

from web.library import adding_pages, article_pages, job_pages, list_page, removing_pages

router = APIRouter(include_in_schema=False)
for _module in (list_page, article_pages, adding_pages, job_pages, removing_pages):
    router.include_router(_module.router)
