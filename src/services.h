/*
 * services.h - what the program does for its screens: the form's values, their preview, and the run
 * that is started from them (floor: program).
 *
 * One thread, that of the screen. The values are a struct options; the run starts from the argument
 * vector that they come to.
 */
#ifndef IMGTOP_SERVICES_H
#define IMGTOP_SERVICES_H

#include "options.h"
#include "tui/services.h"

struct services;

/* Takes options over (they are empty afterwards). Release with services_free. */
struct services *services_new(struct options *options);
void services_free(struct services *services);

/* What screens and batch output are given; valid until services_free. */
const struct ui_services *services_ui(struct services *services);

/* Was the run that was started last let go of, so that it goes on after us? */
bool services_detached(const struct services *services);

/* What a dry run was asked of on the setup screen, else NULL; valid until services_free. */
const struct options *services_dry(const struct services *services);

/* For attach and replay, which start nothing: summaries only. */
const struct ui_services *services_summaries(void);

#endif
