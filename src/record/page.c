/*
 * page.c - making, mapping and checking a run page. Reading and writing its groups: page_groups.c.
 */
#include "config.h"

#include "record/page.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "record/page_layout.h"

size_t page_size(void)
{
	return sizeof(struct layout_page);
}

static struct page *page_map(int fd, const char *path, int protection, struct err *err)
{
	struct page *page;
	void *map = mmap(NULL, page_size(), protection, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED) {
		err_errno(err, "map run page %s", path);
		return NULL;
	}
	page = mem_calloc(1, sizeof *page);
	page->map = map;
	page->path = mem_strdup(path);
	return page;
}

static void write_head(struct layout_head *head)
{
	uint64_t identity = clock_real_ns() ^ (uint64_t)getpid() << 40;

	atomic_store(&head->version, PAGE_VERSION);
	atomic_store(&head->byte_order, PAGE_BYTE_ORDER);
	atomic_store(&head->size, page_size());
	atomic_store(&head->live_bytes, sizeof(struct page_worker_live));
	atomic_store(&head->counters_bytes, sizeof(struct page_worker_counters));
	atomic_store(&head->identity, identity ? identity : 1);
	atomic_store(&head->magic, PAGE_MAGIC);
}

struct page *page_create(const char *path, struct err *err)
{
	struct page *page = NULL;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0) {
		err_errno(err, "create run page %s", path);
		return NULL;
	}
	/* The umask may have taken bits that the owner needs. */
	if (fchmod(fd, 0600) != 0 || ftruncate(fd, (off_t)page_size()) != 0)
		err_errno(err, "create run page %s%s", path, err_hint(errno));
	else
		page = page_map(fd, path, PROT_READ | PROT_WRITE, err);
	if (page != NULL)
		write_head(&page->map->head);
	else
		unlink(path);
	close(fd);
	return page;
}

/* A page that is not ours, or that others may write, could say anything. */
static int check_file(int fd, const char *path, struct err *err)
{
	struct stat info;

	if (fstat(fd, &info) != 0)
		return err_errno(err, "look at run page %s", path);
	if (!S_ISREG(info.st_mode))
		return err_permanent(err, "run page %s: not a regular file", path);
	if (info.st_uid != geteuid())
		return err_permanent(err, "run page %s: belongs to another user", path);
	if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return err_permanent(err, "run page %s: others may write it", path);
	if (info.st_size != (off_t)page_size())
		return err_permanent(err,
				     "run page %s: %lld bytes instead of %zu: another version?",
				     path, (long long)info.st_size, page_size());
	return 0;
}

static int check_head(const struct layout_head *head, const char *path, struct err *err)
{
	uint64_t version = atomic_load(&head->version);

	if (atomic_load(&head->magic) != PAGE_MAGIC)
		return err_permanent(err, "%s: not a run page", path);
	if (version != PAGE_VERSION)
		return err_permanent(err, "run page %s: version %llu instead of %d", path,
				     (unsigned long long)version, PAGE_VERSION);
	if (atomic_load(&head->byte_order) != PAGE_BYTE_ORDER ||
	    atomic_load(&head->size) != page_size() ||
	    atomic_load(&head->live_bytes) != sizeof(struct page_worker_live) ||
	    atomic_load(&head->counters_bytes) != sizeof(struct page_worker_counters))
		return err_permanent(err, "run page %s: written by another build", path);
	return 0;
}

struct page *page_open(const char *path, struct err *err)
{
	struct page *page = NULL;
	/* O_NONBLOCK: a FIFO of that name must not hold the reader up. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0) {
		err_errno(err, "open run page %s", path);
		return NULL;
	}
	if (check_file(fd, path, err) == 0)
		page = page_map(fd, path, PROT_READ, err);
	if (page != NULL && check_head(&page->map->head, path, err) != 0) {
		page_close(page);
		page = NULL;
	}
	close(fd);
	return page;
}

void page_close(struct page *page)
{
	if (page == NULL)
		return;
	munmap(page->map, page_size());
	free(page->path);
	free(page);
}

const char *page_path(const struct page *page)
{
	return page->path;
}

int page_remove(const char *path)
{
	return unlink(path) == 0 || errno == ENOENT ? 0 : -1;
}
