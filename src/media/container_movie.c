/*
 * container_movie.c - MP4, MOV and their kin, and Canon's CR3: boxes in boxes (ISO/IEC 14496-12).
 *
 * "moov" holds all that is wanted and may stand behind the pictures. Times count from 1904 in UTC.
 */
#include "config.h"

#include <string.h>

#include "media/container.h"
#include "media/exif_block.h"

enum { MOST_BOXES = 100000, FROM_1904_TO_1970_S = 2082844800 };

struct box {
	unsigned char name[4];
	struct feed_part body;
	uint64_t next; /* offset of the box behind it */
};

/* The box at an offset. false when there is none. */
static bool read_box(const struct feed_part *outer, uint64_t at, struct box *box)
{
	const unsigned char *head = feed_need(outer, at, 8);
	uint64_t head_bytes = 8;
	uint64_t bytes;

	if (head == NULL)
		return false;
	memcpy(box->name, head + 4, sizeof box->name);
	bytes = feed_be32(head);
	if (bytes == 0) {
		bytes = outer->bytes - at;
	} else if (bytes == 1) {
		head = feed_need(outer, at + 8, 8);
		if (head == NULL)
			return false;
		bytes = (uint64_t)feed_be32(head) << 32 | feed_be32(head + 4);
		head_bytes = 16;
	}
	if (bytes < head_bytes)
		return false;
	box->body = feed_within(outer, at + head_bytes, bytes - head_bytes);
	box->next = bytes < outer->bytes - at ? at + bytes : outer->bytes;
	return true;
}

static bool is(const struct box *box, const char *name)
{
	return memcmp(box->name, name, sizeof box->name) == 0;
}

/* Creation time of the movie header; 0 and times before 1970 are those of clocks never set. */
static void read_movie_header(const struct feed_part *body, struct facts_time *taken)
{
	const unsigned char *bytes = feed_need(body, 0, 12);
	uint64_t seconds;

	if (bytes == NULL || taken->source != FACTS_TIME_NONE)
		return;
	seconds = feed_be32(bytes + 4);
	if (bytes[0] == 1)
		seconds = seconds << 32 | feed_be32(bytes + 8);
	if (seconds <= FROM_1904_TO_1970_S || seconds > UINT32_MAX)
		return;
	taken->source = FACTS_TIME_MOVIE;
	taken->has_utc = true;
	taken->utc_s = (int64_t)seconds - FROM_1904_TO_1970_S;
}

/* What a quarter turn in the matrix of a track is as an orientation of EXIF; 0 = something else. */
static unsigned orientation_of(const unsigned char matrix[36])
{
	static const struct {
		int a, b, c, d;
		unsigned orientation;
	} turns[] = {{1, 0, 0, 1, 1}, {0, 1, -1, 0, 6}, {-1, 0, 0, -1, 3}, {0, -1, 1, 0, 8}};

	for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++)
		if (feed_be32(matrix) == (uint32_t)turns[i].a * 65536 &&
		    feed_be32(matrix + 4) == (uint32_t)turns[i].b * 65536 &&
		    feed_be32(matrix + 12) == (uint32_t)turns[i].c * 65536 &&
		    feed_be32(matrix + 16) == (uint32_t)turns[i].d * 65536)
			return turns[i].orientation;
	return 0;
}

/* Tracks of sound and text have no size; the first that has one counts. */
static void read_track_header(const struct feed_part *body, struct facts *facts)
{
	const unsigned char *bytes = feed_need(body, 0, 1);
	size_t matrix = bytes != NULL && bytes[0] == 1 ? 52 : 40;

	bytes = feed_need(body, matrix, 44);
	if (bytes == NULL || facts->width != 0)
		return;
	container_size(facts, feed_be32(bytes + 36) >> 16, feed_be32(bytes + 40) >> 16);
	if (facts->width != 0)
		facts->orientation = orientation_of(bytes);
}

/* Canon keeps each part of its EXIF as a structure of its own. */
static void read_canon(const struct feed_part *body, struct facts *facts)
{
	static const unsigned char id[16] = {0x85, 0xc0, 0xb6, 0x87, 0x82, 0x0f, 0x11, 0xe0,
					     0x81, 0x11, 0xf4, 0xce, 0x46, 0x2b, 0x6a, 0x48};
	const unsigned char *bytes = feed_need(body, 0, sizeof id);
	struct box box;

	if (bytes == NULL || memcmp(bytes, id, sizeof id) != 0)
		return;
	for (uint64_t at = sizeof id; read_box(body, at, &box); at = box.next) {
		if (is(&box, "CMT1"))
			container_tiff(&box.body, facts);
		else if (is(&box, "CMT2"))
			exif_block_read(&box.body, TIFF_PART_EXIF, facts);
		else if (is(&box, "CMT4"))
			exif_block_read(&box.body, TIFF_PART_GPS, facts);
	}
}

static void read_track(const struct feed_part *track, struct facts *facts)
{
	struct box box;

	for (uint64_t at = 0; read_box(track, at, &box); at = box.next)
		if (is(&box, "tkhd"))
			read_track_header(&box.body, facts);
}

static void read_movie(const struct feed_part *movie, struct facts *facts)
{
	unsigned boxes = 0;
	struct box box;

	for (uint64_t at = 0; boxes < MOST_BOXES && read_box(movie, at, &box); at = box.next) {
		if (is(&box, "mvhd"))
			read_movie_header(&box.body, &facts->taken);
		else if (is(&box, "trak"))
			read_track(&box.body, facts);
		else if (is(&box, "uuid"))
			read_canon(&box.body, facts);
		boxes++;
	}
}

void container_movie(const struct feed_part *file, struct facts *facts)
{
	unsigned boxes = 0;
	struct box box;

	for (uint64_t at = 0; boxes < MOST_BOXES && read_box(file, at, &box); at = box.next) {
		if (is(&box, "moov")) {
			read_movie(&box.body, facts);
			return;
		}
		boxes++;
	}
	facts_note(facts, "no description of the movie (moov)");
}
