/*
 * codec.h - from the bytes of a file to a picture (floor: image).
 *
 * A codec is one file, one line in the registry (codec.c) and its name in Makefile.am. Formats are
 * told by their first bytes, never by a name. Inputs are whole files in memory. Decoding takes two
 * steps, so that whoever owns the memory can be asked before any of it is used: codec_probe reads
 * the header, checks it against the limits and says which geometry decoding will fill;
 * codec_decode fills it.
 *
 * A struct codec_state belongs to one worker and is used by one thread. Codecs keep nothing in it
 * but scratch memory: what a picture decodes to never depends on the one before.
 */
#ifndef IMGTOP_IMAGE_CODEC_H
#define IMGTOP_IMAGE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "image/image.h"

/* Bounds on untrusted input, each checked before memory is taken. The text of an error names the
 * limit and the option that moves it. */
struct codec_limits {
	uint64_t pixels;	    /* --max-pixels, 100 M */
	uint64_t side_px;	    /* --max-side, 65,535 */
	uint64_t jpeg_scans;	    /* --max-scans, 100 */
	uint64_t jpeg_memory_bytes; /* --jpeg-memory, 512 MiB: the decoder's own */
	uint64_t png_chunk_bytes;   /* --png-chunk, 8 MiB: of one chunk that is not picture data */
	uint64_t png_cache_chunks;  /* --png-chunks, 1000: of such chunks */
	uint64_t tiff_memory_bytes; /* --tiff-memory, 50 MiB: that are taken at once */
	uint64_t cpu_ns; /* --max-seconds, 30: of a thread, for one picture in one stage; 0 = none.
			    Whoever makes the hooks hands it on to them. */
};

/* Called now and then by everything that may take long; all may be NULL. */
struct codec_hooks {
	bool (*cancelled)(void *context);
	void *context;
	uint64_t max_cpu_ns;   /* of the calling thread from begun_cpu_ns on; 0 = no limit */
	uint64_t begun_cpu_ns; /* clock_thread_cpu_ns when the work began */
	uint64_t begun_ns;     /* clock_ns then */
};

/* What becomes of the colours of a picture with a profile. One whose profile fits no JPEG output of
 * three components, grey or CMYK, is converted in any case but the last. */
enum codec_colours {
	CODEC_COLOURS_KEPT,	   /* unchanged, with the profile */
	CODEC_COLOURS_SRGB,	   /* converted to sRGB */
	CODEC_COLOURS_UNCONVERTED, /* unchanged, whatever they mean */
};

struct codec_input {
	const void *bytes;
	size_t length;
	const struct codec_limits *limits;
	struct codec_hooks hooks;
	uint32_t max_width;  /* box that the upright picture will be fitted into: the decoder may */
	uint32_t max_height; /* scale down as long as it stays at least as large; 0 = full size */
	struct image_cell chroma; /* of the output: the decoder may give YCbCr planes, each at
				   * least as large as the output's; 0 = RGB or grey only */
	enum codec_colours colours;
	bool tolerate; /* damaged data: give what could be decoded instead of an error */
};

struct codec_info {
	const char *format; /* "JPEG" */
	uint32_t width;	    /* as stored, before turning and scaling */
	uint32_t height;
	bool has_alpha;
	bool has_icc;
	bool has_exif;
	bool progressive;		/* or interlaced */
	struct image_geometry geometry; /* that codec_decode fills; with the orientation */
	uint64_t working_bytes;		/* the decoder's own memory, on top of geometry.bytes */
};

enum { CODEC_WARNING_BYTES = 200 };

/* What else decoding found. The pointers belong to the state and hold until its next call. */
struct codec_result {
	const void *icc; /* profile that fits the picture's colours; NULL = none */
	size_t icc_bytes;
	const void *exif; /* TIFF structure, without the "Exif" prefix; NULL = none */
	size_t exif_bytes;
	bool damaged;			   /* tolerated damage: warning says which */
	char warning[CODEC_WARNING_BYTES]; /* "" = none; may also be set without damage */
};

/* Takes a picture in pieces, as it is decoded. */
struct codec_sink {
	/* More rows of a plane are there. */
	void (*rows)(void *context, unsigned plane, const struct image_rows *rows);
	void *context;
	uint32_t window[IMAGE_PLANES]; /* so many of the last rows must be there at once */
};

struct codec_state;

/* The defaults given above. */
void codec_limits_init(struct codec_limits *limits);

/* A worker's scratch memory. Release with codec_close. */
struct codec_state *codec_open(void);
void codec_close(struct codec_state *state);

/* Name of the format that starts with these bytes ("JPEG"), NULL when there is no codec for it.
 * CODEC_SNIFF_BYTES are enough. */
enum { CODEC_SNIFF_BYTES = 16 };
const char *codec_sniff(const void *bytes, size_t length);

/* "JPEG, PNG and BMP": all formats of the registry, as text. */
void codec_formats(char *text, size_t size);

/*
 * Read the header and check it against the limits; allocates next to nothing.
 *   error: skip, when no codec knows the first bytes; permanent, for what cannot be decoded or is
 * over a limit
 */
int codec_probe(struct codec_state *state, const struct codec_input *input, struct codec_info *info,
		struct err *err);

/*
 * Decode into an image that was placed with the geometry that codec_probe gave for the same input.
 *   error: permanent, for damaged data (unless tolerated) and what codec_probe refuses; transient,
 * when memory is short or hooks.cancelled said so
 */
int codec_decode(struct codec_state *state, const struct codec_input *input, struct image *image,
		 struct codec_result *result, struct err *err);

/* Can the picture be handed to a sink? geometry: as codec_probe gave it. Formats that need a whole
 * picture to decode into cannot do it. */
bool codec_can_stream(const struct codec_input *input, const struct image_geometry *geometry);

/*
 * The same as codec_decode, to a sink: it gets each row of each plane once, in order. After an
 * error it may have got some of them.
 */
int codec_stream(struct codec_state *state, const struct codec_input *input,
		 const struct image_geometry *geometry, const struct codec_sink *sink,
		 struct codec_result *result, struct err *err);

#endif
