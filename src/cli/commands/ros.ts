import { Command } from 'commander';
import { rosSettings } from '../ros/ros-arguments.js';
import { addConfigFlags, configFile, flagSettings, type ConfigFlags } from '../service/flags.js';
import { serve } from '../service/serve.js';

/** `tagalong ros`: the node alone, as other ROS nodes are started. */
export function rosCommand(): Command {
  const command = new Command('ros')
    .description(
      'follow a target as a ROS 2 node: images in, boxes out; ends with --ros-args as ROS has them',
    )
    .argument('[source]', 'an image topic, or any other source', 'ros:///camera/image_raw')
    .argument('[ros-args...]', '--ros-args -r FROM:=TO -r __ns:=/robot -r __node:=NAME -p frameId:=cam')
    .allowUnknownOption();
  return addConfigFlags(command).action(async (_source: string, _more: string[], flags: ConfigFlags) => {
    const file = configFile(flags);
    const { settings, defaults } = rosSettings(command.args);
    await serve({
      ...(file !== undefined && { file }),
      environment: process.env,
      flags: [...flagSettings(flags), ...settings],
      defaults,
    });
  });
}
