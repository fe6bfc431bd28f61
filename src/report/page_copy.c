/*
 * page_copy.c - the run page saved with the report (floor: report).
 *
 * Writers do not stop for a copy, so it may catch one inside a group; what is odd then is odd for
 * ever. Such a copy is thrown away and made anew. Most of a page was never touched; blocks of zeros
 * become holes.
 */
#include "config.h"

#include "report/page_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

enum { BLOCK_BYTES = 4096, TRIES = 10 };

static bool is_zero(const char *block, size_t length)
{
	return block[0] == 0 && memcmp(block, block + 1, length - 1) == 0;
}

/* Behind what was never written, which most of a page is. */
static off_t skip_hole(int from, off_t at)
{
	off_t data = lseek(from, at, SEEK_DATA);

	return data >= 0 ? data : errno == ENXIO ? lseek(from, 0, SEEK_END) : at;
}

static int copy_blocks(int from, int to, struct err *err)
{
	char block[BLOCK_BYTES];
	off_t at = 0;
	bool zero = true;

	for (;;) {
		ssize_t n;

		if (zero)
			at = skip_hole(from, at);
		n = pread(from, block, sizeof block, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, "read run page");
		if (n == 0)
			break;
		zero = is_zero(block, (size_t)n);
		if (!zero) {
			if (lseek(to, at, SEEK_SET) < 0)
				return err_errno(err, "seek");
			if (path_write_all(to, block, (size_t)n, err) != 0)
				return -1;
		}
		at += n;
	}
	if (ftruncate(to, at) != 0 || fsync(to) != 0)
		return err_errno(err, "write");
	return 0;
}

/* Can every group of the copy be read? */
static bool is_readable(const char *path)
{
	struct page_status status = {0};
	struct page_recorder recorder;
	struct page_worker_live live;
	struct page_plan *plan = mem_calloc(1, sizeof *plan);
	struct err ignored = {0};
	struct page *copy = page_open(path, &ignored);
	bool readable = copy != NULL && page_read_plan(copy, plan) &&
			page_read_status(copy, &status) && page_read_recorder(copy, &recorder);
	unsigned i;

	for (i = 0; readable && i < status.workers && i < PAGE_WORKERS; i++)
		readable = page_read_worker(copy, i, &live);
	page_close(copy);
	free(plan);
	return readable;
}

/* A copy under a temporary name, which `temporary` gets. */
static int copy_once(int from, char *temporary, struct err *err)
{
	int to = mkostemp(temporary, O_CLOEXEC); /* mode 0600 */
	int result;

	if (to < 0)
		return err_errno(err, "make %s", temporary);
	result = copy_blocks(from, to, err);
	if (close(to) != 0 && result == 0)
		result = err_errno(err, "close");
	if (result != 0)
		unlink(temporary);
	return result;
}

int page_copy(const struct page *page, const char *path, struct err *err)
{
	int from = open(page_path(page), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool done = false;
	int result = 0;
	int i;

	if (from < 0)
		return err_errno(err, "open run page %s", page_path(page));
	for (i = 0; i < TRIES && !done && result == 0; i++) {
		char *temporary = mem_printf("%s-XXXXXX", path);

		result = copy_once(from, temporary, err);
		if (result == 0 && is_readable(temporary)) {
			done = true;
			if (rename(temporary, path) != 0)
				result = err_errno(err, "rename");
		}
		if (!done || result != 0)
			unlink(temporary);
		free(temporary);
	}
	close(from);
	if (result == 0 && !done)
		result = err_transient(err, "a writer was inside the run page at every try");
	if (result != 0)
		err_context(err, "%s", path);
	return result;
}
