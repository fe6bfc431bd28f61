/*
 * control_server.h - the supervisor's end of the control socket (floor: engine).
 */
#ifndef IMGTOP_ENGINE_CONTROL_SERVER_H
#define IMGTOP_ENGINE_CONTROL_SERVER_H

#include "engine/supervisor_private.h"

/* Listen beside the page. error: transient; the run can go on without */
int control_server_open(struct supervisor *sup, struct err *err);

/* Somebody connects; peers of another uid are turned away. */
void control_server_accept(struct supervisor *sup);

/* Peer `index` has sent a request or hung up. */
void control_server_peer(struct supervisor *sup, unsigned index);

void control_server_close(struct supervisor *sup);

#endif
