"""Starts the tracker as a managed node, and brings it to work.

ros2 launch tagalong tagalong.launch.py source:=ros:///camera/image_raw namespace:=/uav1
"""

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, EmitEvent, RegisterEventHandler
from launch.conditions import IfCondition
from launch.event_handlers import OnProcessStart
from launch.events import matches_action
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution
from launch_ros.actions import LifecycleNode
from launch_ros.event_handlers import OnStateTransition
from launch_ros.events.lifecycle import ChangeState
from launch_ros.substitutions import FindPackageShare
from lifecycle_msgs.msg import Transition


def generate_launch_description():
    share = FindPackageShare('tagalong')
    arguments = [
        DeclareLaunchArgument(
            'source',
            default_value='ros:///camera/image_raw',
            description='an image topic (ros:///...), or any other source, such as v4l2:///dev/video0',
        ),
        DeclareLaunchArgument('name', default_value='tagalong', description='of the node'),
        DeclareLaunchArgument(
            'namespace', default_value='/', description='of the node and its topics, such as /uav1'
        ),
        DeclareLaunchArgument(
            'params_file',
            default_value=PathJoinSubstitution([share, 'config', 'tagalong.yaml']),
            description='parameters of the node',
        ),
        DeclareLaunchArgument(
            'activate',
            default_value='true',
            description='false: leave it unconfigured, for a lifecycle manager',
        ),
        DeclareLaunchArgument('log_level', default_value='info'),
    ]
    tracker = LifecycleNode(
        package='tagalong',
        executable='tagalong_node',
        name=LaunchConfiguration('name'),
        namespace=LaunchConfiguration('namespace'),
        arguments=[LaunchConfiguration('source')],
        parameters=[LaunchConfiguration('params_file'), {'autostart': False}],
        ros_arguments=['--log-level', LaunchConfiguration('log_level')],
        output='screen',
    )
    activate = IfCondition(LaunchConfiguration('activate'))

    def change(transition):
        return EmitEvent(
            event=ChangeState(
                lifecycle_node_matcher=matches_action(tracker), transition_id=transition
            )
        )

    configure_when_started = RegisterEventHandler(
        OnProcessStart(
            target_action=tracker, on_start=[change(Transition.TRANSITION_CONFIGURE)]
        ),
        condition=activate,
    )
    activate_when_configured = RegisterEventHandler(
        OnStateTransition(
            target_lifecycle_node=tracker,
            start_state='configuring',
            goal_state='inactive',
            entities=[change(Transition.TRANSITION_ACTIVATE)],
        ),
        condition=activate,
    )
    # the handlers first: an event that comes before them is lost
    return LaunchDescription(
        [*arguments, activate_when_configured, configure_when_started, tracker]
    )
