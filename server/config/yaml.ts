// The YAML parser as a file of its own, loaded with the first YAML file that is read.

export { parse } from "yaml";
