/** Stands between the app and `acme:values/values`, and tells what passes. */
import * as behind from "acme:values/values";
import { ECHO, ENDING, told } from "./told.js";

const seen = [];

const through =
  (name) =>
  (...values) => {
    seen.push(values.map(told).join(" "));
    try {
      const value = behind[name](...values);
      seen.push(told(value));
      return value;
    } catch (error) {
      if (!("payload" in error)) throw error;
      seen.push(`throws ${told(error.payload)}`);
      throw error;
    }
  };

export const values = {
  told: () => [...seen.splice(0), ...behind.told()],
  ...Object.fromEntries([...ECHO, ...ENDING].map((name) => [name, through(name)])),
};
