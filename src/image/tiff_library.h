/*
 * tiff_library.h - libtiff, loaded when the first TIFF file comes along (floor: image; only for the
 * TIFF files).
 *
 * It brings its compressions' libraries, and one of them that of C++. Linked, they would make
 * every start of this program half as long again, with or without TIFF files.
 */
#ifndef IMGTOP_IMAGE_TIFF_LIBRARY_H
#define IMGTOP_IMAGE_TIFF_LIBRARY_H

#include <tiffio.h>

#include "base/err.h"

/* What is used of it: the field that holds the function, and the function. */
#define TIFF_FUNCTIONS(X)                                                                          \
	X(open, TIFFClientOpenExt)                                                                 \
	X(close, TIFFClose)                                                                        \
	X(options, TIFFOpenOptionsAlloc)                                                           \
	X(options_free, TIFFOpenOptionsFree)                                                       \
	X(limit_memory, TIFFOpenOptionsSetMaxSingleMemAlloc)                                       \
	X(on_error, TIFFOpenOptionsSetErrorHandlerExtR)                                            \
	X(on_warning, TIFFOpenOptionsSetWarningHandlerExtR)                                        \
	X(next_page, TIFFReadDirectory)                                                            \
	X(go_to_page, TIFFSetDirectory)                                                            \
	X(page_offset, TIFFCurrentDirOffset)                                                       \
	X(get, TIFFGetField)                                                                       \
	X(get_or_default, TIFFGetFieldDefaulted)                                                   \
	X(set, TIFFSetField)                                                                       \
	X(knows_compression, TIFFIsCODECConfigured)                                                \
	X(is_tiled, TIFFIsTiled)                                                                   \
	X(tiles, TIFFNumberOfTiles)                                                                \
	X(strips, TIFFNumberOfStrips)                                                              \
	X(tile_row_bytes, TIFFTileRowSize64)                                                       \
	X(row_bytes, TIFFScanlineSize64)                                                           \
	X(tile_at, TIFFComputeTile)                                                                \
	X(strip_at, TIFFComputeStrip)                                                              \
	X(read_tile, TIFFReadEncodedTile)                                                          \
	X(read_strip, TIFFReadEncodedStrip)                                                        \
	X(read_row, TIFFReadScanline)                                                              \
	X(converts_to_rgb, TIFFRGBAImageOK)                                                        \
	X(read_rgb_tile, TIFFReadRGBATileExt)                                                      \
	X(read_rgb_strip, TIFFReadRGBAStripExt)

struct tiff_library {
	void *handle;
#define TIFF_FIELD(name, function) __typeof__ (&(function))(name);
	TIFF_FUNCTIONS(TIFF_FIELD)
#undef TIFF_FIELD
};

/*
 * Load it into *library unless it is there already.
 *   error: permanent: it is not installed, and what to install
 *   owner: the caller, tiff_library_free
 */
int tiff_library_load(struct tiff_library **library, struct err *err);
void tiff_library_free(struct tiff_library *library);

#endif
