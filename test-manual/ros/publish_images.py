#!/usr/bin/env python3
"""A camera that is not there: a patterned square on a patterned ground, 640x480 rgb8 at 30 Hz on /camera/image_raw.

The square stands at (280, 200), 80 pixels wide, until anything comes on /go (std_msgs/Empty); then it goes round slowly.
"""

import array
import math
import random

import rclpy
from rclpy.node import Node
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import Image
from std_msgs.msg import Empty

WIDTH, HEIGHT, SIDE = 640, 480, 80


def pattern(width, height, cell, palette, seed):
    """Rows of rgb8: square cells of random colours."""
    chance = random.Random(seed)
    rows = []
    for _ in range((height + cell - 1) // cell):
        row = b''.join(bytes(chance.choice(palette)) * cell for _ in range((width + cell - 1) // cell))
        rows.extend([row[: width * 3]] * cell)
    return rows[:height]


class Camera(Node):
    def __init__(self):
        super().__init__('camera')
        ground = pattern(WIDTH, HEIGHT, 16, [(70, 90, 60), (90, 110, 80), (60, 70, 50)], 1)
        self.ground = b''.join(ground)
        self.square = pattern(SIDE, SIDE, 10, [(230, 40, 30), (250, 220, 40), (30, 60, 200)], 2)
        self.since = None
        self.publisher = self.create_publisher(Image, '/camera/image_raw', qos_profile_sensor_data)
        self.create_subscription(Empty, '/go', self.on_go, 1)
        self.create_timer(1 / 30, self.on_timer)

    def on_go(self, _message):
        self.since = self.get_clock().now()

    def on_timer(self):
        now = self.get_clock().now()
        seconds = 0.0 if self.since is None else (now - self.since).nanoseconds / 1e9
        angle = seconds * 0.6
        left = 280 + round(120 * math.sin(angle))
        top = 200 + round(80 * (1 - math.cos(angle)) / 2)
        pixels = bytearray(self.ground)
        for y, row in enumerate(self.square):
            at = ((top + y) * WIDTH + left) * 3
            pixels[at : at + SIDE * 3] = row
        message = Image(height=HEIGHT, width=WIDTH, encoding='rgb8', step=WIDTH * 3)
        message.header.stamp = now.to_msg()
        message.header.frame_id = 'camera_optical'
        message.data = array.array('B', pixels)
        self.publisher.publish(message)


def main():
    rclpy.init()
    node = Camera()
    try:
        rclpy.spin(node)
    except KeyboardInterrupt:
        pass
    finally:
        node.destroy_node()
        rclpy.try_shutdown()


if __name__ == '__main__':
    main()
