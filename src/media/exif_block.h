/*
 * exif_block.h - an EXIF structure somewhere in a file into facts (floor: media).
 *
 * Two steps: the few tags that matter are copied out of the structure where it lies (base/tiff.h),
 * and libexif reads the copy. So maker notes, thumbnails and whatever else is in there are neither
 * fetched nor parsed.
 */
#ifndef IMGTOP_MEDIA_EXIF_BLOCK_H
#define IMGTOP_MEDIA_EXIF_BLOCK_H

#include "base/tiff.h"
#include "media/facts.h"
#include "media/feed.h"

/*
 * Add what the structure tells. Facts that are known already stay, so that several structures may
 * be read one after the other.
 *   block: starts with "II" or "MM"
 *   first: what the first directory is: a page, but in files that keep each part on its own
 */
void exif_block_read(struct feed_part *block, enum tiff_part first, struct facts *facts);

/* Set the note, unless there is one already. */
void facts_note(struct facts *facts, const char *text);

#endif
