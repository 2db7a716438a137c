// Not from the package: rclnodejs generates this file from the messages of the ROS installation, and without it any type is
// taken by its name.
