/*
 * page_copy.h - the run page saved with the report (floor: report).
 */
#ifndef IMGTOP_REPORT_PAGE_COPY_H
#define IMGTOP_REPORT_PAGE_COPY_H

#include "base/err.h"
#include "record/page.h"

/* Save the page's file as path (mode 0600, holes stay holes). The page may be in use: the copy is
 * one that its readers can read, or an error (transient) says that none could be had. */
int page_copy(const struct page *page, const char *path, struct err *err);

#endif
