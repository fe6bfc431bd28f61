/*
 * container_tiff.c - TIFF and the raw files that are TIFF inside.
 *
 * A TIFF's picture is its first page. A raw file's first page is often a small preview, and the
 * picture is the largest one of all that it and the pages below it (SubIFDs) describe.
 */
#include "config.h"

#include "media/container.h"
#include "media/exif_block.h"

enum {
	TAG_WIDTH = 0x0100,
	TAG_HEIGHT = 0x0101,
	TAG_PAGES_BELOW = 0x014a,
	/* Panasonic's: borders of the picture on the sensor. */
	TAG_TOP = 0x0004,
	TAG_LEFT = 0x0005,
	TAG_BOTTOM = 0x0006,
	TAG_RIGHT = 0x0007,
	MOST_PAGES = 8,
};

struct page {
	uint32_t width;
	uint32_t height;
	uint32_t border[4]; /* top, left, bottom, right */
	uint32_t below[MOST_PAGES];
	uint32_t pages_below;
};

static void read_page(const struct tiff *tiff, uint32_t directory, struct page *page)
{
	unsigned count = tiff_count(tiff, directory);
	struct tiff_entry entry;

	*page = (struct page){0};
	for (unsigned i = 0; i < count && tiff_entry(tiff, directory, i, &entry); i++) {
		if (entry.tag == TAG_WIDTH)
			tiff_number(tiff, &entry, 0, &page->width);
		else if (entry.tag == TAG_HEIGHT)
			tiff_number(tiff, &entry, 0, &page->height);
		else if (entry.tag >= TAG_TOP && entry.tag <= TAG_RIGHT)
			tiff_number(tiff, &entry, 0, &page->border[entry.tag - TAG_TOP]);
		while (entry.tag == TAG_PAGES_BELOW && page->pages_below < MOST_PAGES &&
		       tiff_number(tiff, &entry, page->pages_below,
				   &page->below[page->pages_below]))
			page->pages_below++;
	}
}

static void keep_largest(const struct page *page, struct facts *facts)
{
	if ((uint64_t)page->width * page->height > (uint64_t)facts->width * facts->height)
		container_size(facts, page->width, page->height);
}

static bool open_tiff(struct feed_part *file, struct tiff *tiff, uint32_t *first,
		      struct facts *facts)
{
	struct tiff_source source = feed_tiff_source(file);

	if (tiff_open(tiff, &source, first) && tiff_count(tiff, *first) > 0)
		return true;
	facts_note(facts, "TIFF: no first page (or more than 4 GB)");
	return false;
}

void container_tiff(const struct feed_part *file, struct facts *facts)
{
	struct feed_part block = *file;
	struct tiff tiff;
	struct page page;
	uint32_t first;

	if (!open_tiff(&block, &tiff, &first, facts))
		return;
	exif_block_read(&block, TIFF_PART_PAGE, facts);
	read_page(&tiff, first, &page);
	container_size(facts, page.width, page.height);
}

void container_raw(const struct feed_part *file, struct facts *facts)
{
	struct feed_part block = *file;
	struct tiff tiff;
	struct page page;
	struct page below;
	struct facts sizes = {0};
	uint32_t directory;

	if (!open_tiff(&block, &tiff, &directory, facts))
		return;
	exif_block_read(&block, TIFF_PART_PAGE, facts);
	for (unsigned i = 0; i < MOST_PAGES && directory != 0; i++) {
		read_page(&tiff, directory, &page);
		if (i == 0 && page.width == 0 && page.border[2] > page.border[0] &&
		    page.border[3] > page.border[1])
			container_size(&sizes, page.border[3] - page.border[1],
				       page.border[2] - page.border[0]);
		keep_largest(&page, &sizes);
		for (uint32_t j = 0; j < page.pages_below; j++) {
			read_page(&tiff, page.below[j], &below);
			keep_largest(&below, &sizes);
		}
		directory = tiff_next(&tiff, directory);
	}
	container_size(facts, sizes.width, sizes.height);
}
