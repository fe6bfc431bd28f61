/*
 * codec_internal.h - what a codec is to the registry, and what it may use of it (floor: image; only
 * for codec*.c).
 */
#ifndef IMGTOP_IMAGE_CODEC_INTERNAL_H
#define IMGTOP_IMAGE_CODEC_INTERNAL_H

#include "image/codec.h"
#include "image/colour.h"

struct tiff_library;

/* Growing memory that a worker keeps from picture to picture. */
struct codec_buffer {
	unsigned char *bytes;
	size_t length;
	size_t capacity;
};

struct codec_state {
	struct codec_buffer rows; /* a few decoded rows, interleaved */
	struct codec_buffer icc;
	struct codec_buffer exif;
	struct colour *colour;	   /* NULL until it is needed: codec_colour */
	bool by_profile;	   /* how the picture in hand is converted */
	struct tiff_library *tiff; /* NULL until the first TIFF file */
};

struct codec {
	const char *name;
	bool (*recognises)(const unsigned char *bytes, size_t length);
	/* As codec_probe and codec_decode; info and result are zeroed before. */
	int (*probe)(struct codec_state *state, const struct codec_input *input,
		     struct codec_info *info, struct err *err);
	int (*decode)(struct codec_state *state, const struct codec_input *input,
		      struct image *image, struct codec_result *result, struct err *err);
	/* As codec_can_stream and codec_stream; NULL when it never can. */
	bool (*can_stream)(const struct codec_input *input, const struct image_geometry *geometry);
	int (*stream)(struct codec_state *state, const struct codec_input *input,
		      const struct image_geometry *geometry, const struct codec_sink *sink,
		      struct codec_result *result, struct err *err);
};

extern const struct codec codec_bmp;
extern const struct codec codec_jpeg;
extern const struct codec codec_png;
extern const struct codec codec_tiff;
extern const struct codec codec_webp;

/* The state's colour conversion. */
struct colour *codec_colour(struct codec_state *state);

/* At least bytes of room. error: transient. */
int codec_buffer_reserve(struct codec_buffer *buffer, size_t bytes, struct err *err);

/* Replace the content. error: transient. */
int codec_buffer_set(struct codec_buffer *buffer, const void *bytes, size_t length,
		     struct err *err);

/* Pixels and sides against the limits. error: permanent, naming the limit and its option. */
int codec_check_size(const struct codec_limits *limits, uint64_t width, uint64_t height,
		     struct err *err);

/* Has the item been abandoned? Then -1 with a transient error. */
int codec_check_cancelled(const struct codec_hooks *hooks, struct err *err);

/* Was the image placed for what the decoder is about to write? error: permanent, when not: the
 * record of it may come from another process. */
int codec_check_geometry(const struct image_geometry *decoded, const struct image *image,
			 struct err *err);

/* Give out what state->exif holds, if a JPEG output can hold it. What state->icc holds is given out
 * by the registry. */
void codec_result_metadata(const struct codec_state *state, struct codec_result *result);

/*
 * Before decoding inks to RGB: by_profile says whether state->colour shall convert them, which it
 * is then prepared for, or colour_convert_plainly. Takes the profile away, as it fits no RGB.
 */
void codec_prepare_inks(struct codec_state *state, enum colour_kind kind, char *warning);

/*
 * After decoding: convert colours as the input asks for, and give out the profile that fits the
 * result. A profile whose colour space is not that of the picture would make every viewer show
 * wrong colours and is never given out. image: NULL when it went to a sink, which no picture does
 * whose colours have to be converted error: transient
 */
int codec_settle_colours(struct codec_state *state, const struct codec_input *input,
			 struct image *image, struct codec_result *result, struct err *err);

/* Fill a warning of CODEC_WARNING_BYTES unless it holds one already. */
void codec_warn(char *warning, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
