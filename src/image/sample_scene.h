/*
 * sample_scene.h - the landscape of a sample picture, upright, row by row (floor: image).
 *
 * The same seed and size give the same pixels: integers only, no state but the scene itself.
 * A scene is built and painted by one thread; several scenes may be painted at once.
 */
#ifndef IMGTOP_IMAGE_SAMPLE_SCENE_H
#define IMGTOP_IMAGE_SAMPLE_SCENE_H

#include <stdint.h>

struct sample_scene;

/* Lay out a scene of this size, both at least 1. NULL when there is no memory. */
struct sample_scene *sample_scene_create(uint32_t seed, int width_px, int height_px);
void sample_scene_free(struct sample_scene *scene);

/* Row y from the top as width × (red, green, blue). */
void sample_scene_row(struct sample_scene *scene, int y, unsigned char *rgb);

/* Row y of a mask that fades out towards the borders of an ellipse: width × alpha. */
void sample_scene_alpha_row(const struct sample_scene *scene, int y, unsigned char *alpha);

#endif
