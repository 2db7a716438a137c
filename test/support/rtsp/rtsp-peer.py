"""An RTSP server with one H.264 stream at /live, for user "pilot" with password "s3cret".

    python3 rtsp-peer.py [port]      prints the port it listens on; 0 takes a free one
    python3 rtsp-peer.py --check     ends with status 0 when all it needs is installed

Debian: python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-{base,good,ugly}
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

PICTURE = "video/x-raw,width=160,height=120,framerate=30/1"
PIPELINE = (
    f"( videotestsrc is-live=true ! {PICTURE} ! x264enc tune=zerolatency key-int-max=10"
    " ! rtph264pay name=pay0 pt=96 config-interval=1 )"
)

Gst.init(None)
if not all(Gst.ElementFactory.find(name) for name in ("videotestsrc", "x264enc", "rtph264pay")):
    sys.exit("GStreamer plugins are missing")
if "--check" in sys.argv:
    sys.exit(0)

permissions = GstRtspServer.RTSPPermissions()
for right in ("media.factory.access", "media.factory.construct"):
    permissions.add_permission_for_role("viewer", right, True)
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(PIPELINE)
factory.set_permissions(permissions)

token = GstRtspServer.RTSPToken()
token.set_string("media.factory.role", "viewer")
auth = GstRtspServer.RTSPAuth()
auth.add_basic(GstRtspServer.RTSPAuth.make_basic("pilot", "s3cret"), token)

server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(sys.argv[1] if len(sys.argv) > 1 else "0")
server.set_auth(auth)
server.get_mount_points().add_factory("/live", factory)
if server.attach(None) == 0:
    sys.exit("cannot listen")
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
